/** Message of the reason that a request's signal is aborted with. */
export const CLIENT_GONE = "the client closed the connection"

export const clientGone = (): DOMException => new DOMException(CLIENT_GONE, "AbortError")
