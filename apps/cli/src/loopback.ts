/** Whether a URL leads to this machine and nowhere else. */
export const isLoopback = (url: string): boolean => {
  const hostname = URL.parse(url)?.hostname ?? ""
  return ["127.0.0.1", "[::1]", "localhost"].includes(hostname)
}
