/**
 * All headers of a request, its request line among them. Fronts let 32 KiB through and add what they know of the
 * caller, so that it is they who refuse: a request that got past them is taken.
 */
export const MAX_HEADER_BYTES = 40 * 1024

/** Of a request. node:http would leave out those above its own number without a word. */
export const MAX_HEADERS = 512
