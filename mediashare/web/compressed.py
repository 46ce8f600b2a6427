"""Built files of the front end go out compressed to browsers that take them so."""

from pathlib import Path

from flask import Flask, Response, request


class CompressedStatics(Flask):
    """Serves `name.gz`, which static/build.mjs has made beside `name`, in the place of `name`."""

    def send_static_file(self, filename: str) -> Response:
        packed = Path(str(self.static_folder), f"{filename}.gz")
        if not packed.is_file():
            return super().send_static_file(filename)
        takes = request.accept_encodings.quality("gzip") > 0
        # The answer says itself, by its ending, that it is compressed and what it is inside.
        answer = super().send_static_file(f"{filename}.gz" if takes else filename)
        answer.vary.add("Accept-Encoding")
        return answer
