/** Why a text ended: by itself, or because the client wanted no more tokens. */
export const finishReason = (text: string, count: number, maxTokens: number): "length" | "stop" =>
  count === maxTokens && !text.endsWith(".") ? "length" : "stop"
