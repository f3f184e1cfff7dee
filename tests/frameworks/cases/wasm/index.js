import add from "./add.wasm"

const { exports } = new WebAssembly.Instance(add)

export default {
  fetch(request) {
    const { searchParams } = new URL(request.url)
    return Response.json({ sum: exports.add(Number(searchParams.get("a")), Number(searchParams.get("b"))) })
  },
}
