/**
 * Reads an answer of one JSON document per line and says each. Answers with the text of the last one; what is no JSON is
 * not said.
 */
export async function readLines(
  body: ReadableStream<Uint8Array>,
  said: (value: unknown) => void,
  received: () => void,
): Promise<string> {
  const decoder = new TextDecoder()
  let rest = ""
  let last = ""
  const take = (line: string) => {
    if (line === "") return
    last = line
    try {
      said(JSON.parse(line))
    } catch {
      // Whoever reads the last line refuses it.
    }
  }
  for await (const chunk of body) {
    received()
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n")
    rest = lines.pop() ?? ""
    lines.forEach(take)
  }
  take(rest)
  return last
}
