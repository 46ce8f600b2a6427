// Uploads a file with tus-js-client, the client of our pages, in two goes: the first one is
// aborted on the way, the second one finds out where to go on.
// Usage: node tus_client.mjs FILE ENDPOINT HEADERS_AS_JSON
import { createReadStream, statSync } from 'node:fs'
import { Upload } from 'tus-js-client'

const [file, endpoint, headers] = process.argv.slice(2)
const size = statSync(file).size

function upload(url, { abortAfter }) {
  return new Promise((resolve, reject) => {
    const task = new Upload(createReadStream(file), {
      endpoint,
      uploadUrl: url,
      headers: JSON.parse(headers),
      uploadSize: size,
      chunkSize: 2 * 1024 * 1024,
      retryDelays: [100, 500, 1000, 3000],
      metadata: { filename: 'clip.mp4', filetype: 'video/mp4' },
      onError: reject,
      onSuccess: () => resolve({ url: task.url, resumed: Boolean(url) }),
      onChunkComplete: async (_chunk, sent) => {
        if (sent < abortAfter) return
        await task.abort()
        resolve({ url: task.url, sent })
      },
    })
    task.start()
  })
}

const first = await upload(null, { abortAfter: 4 * 1024 * 1024 })
const second = await upload(first.url, { abortAfter: Infinity })
console.log(JSON.stringify({ first, second }))
