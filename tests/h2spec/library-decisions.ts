/*
 * Cases of h2spec that stay red: nghttp2, which Node brings, decides them before JavaScript sees the frame, and neither
 * has an option for it. Files are nghttp2's, in Node's deps/nghttp2/lib.
 */
const FORGETS_CLOSED_STREAMS =
  "nghttp2 keeps no record of closed streams, and ignores what arrives for them: a peer may have sent it before it heard of the end (nghttp2_session_on_request_headers_received and session_on_data_received_fail_fast in nghttp2_session.c)"
const IGNORES_PRIORITY = "nghttp2 ignores PRIORITY frames altogether, since RFC 9113 section 5.3.2 deprecates them"

/** Section and description of each case, and what decides it. */
export const libraryDecisions: Readonly<Record<string, string>> = {
  "http2/5.1: closed: Sends a DATA frame after sending RST_STREAM frame": FORGETS_CLOSED_STREAMS,
  "http2/5.1: closed: Sends a HEADERS frame after sending RST_STREAM frame": FORGETS_CLOSED_STREAMS,
  "http2/5.1: closed: Sends a DATA frame": FORGETS_CLOSED_STREAMS,
  "http2/5.1: closed: Sends a HEADERS frame": FORGETS_CLOSED_STREAMS,
  "http2/5.1.1: Sends stream identifier that is numerically smaller than previous": FORGETS_CLOSED_STREAMS,
  "http2/5.3.1: Sends PRIORITY frame that depend on itself": IGNORES_PRIORITY,
  "http2/6.3: Sends a PRIORITY frame with 0x0 stream identifier": IGNORES_PRIORITY,
  "http2/6.9.1: Sends multiple WINDOW_UPDATE frames increasing the flow control window to above 2^31-1 on a stream":
    "nghttp2 ends the connection with FLOW_CONTROL_ERROR instead of the stream (session_on_stream_window_update_received in nghttp2_session.c)",
}
