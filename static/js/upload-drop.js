// Files may be dropped anywhere on the page.

/** Hand the files of a drop to `add`, and the names of folders to `refuse`: they are no files. */
export function dropAnywhere(add, refuse) {
  const root = document.documentElement;
  // Each element under the pointer is entered before the one before it is left.
  let depth = 0;
  const light = (change) => {
    depth = change === null ? 0 : Math.max(0, depth + change);
    root.classList.toggle("dropping", depth > 0);
  };
  addEventListener("dragenter", (event) => brings(event) && light(1));
  addEventListener("dragleave", (event) => brings(event) && light(-1));
  addEventListener("dragover", (event) => brings(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    light(null);
    const { files, folders } = sorted(event.dataTransfer);
    if (folders.length > 0) refuse(folders);
    if (files.length > 0) add(files);
  });
}

/** Other fields for files take what is dropped on them by themselves. */
function brings(event) {
  const isOther = event.target instanceof Element && event.target.matches("[type=file]:not(#file)");
  return !isOther && event.dataTransfer?.types.includes("Files");
}

function sorted(dropped) {
  const [files, folders] = [[], []];
  for (const item of dropped.items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry?.();
    if (entry?.isDirectory) folders.push(entry.name);
    else files.push(item.getAsFile());
  }
  return { files: files.filter(Boolean), folders };
}
