/**
 * All headers of a request, its request line among them. Fronts let 32 KiB through and add what they know of the
 * caller, so that it is they who refuse: a request that got past them is taken.
 */
export const MAX_HEADER_BYTES = 40 * 1024

/** Of a request. Below the 2,000 above which node:http leaves out headers without a word. */
export const MAX_HEADERS = 512
