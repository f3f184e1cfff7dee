/** All names of the published contract; which of them a manager serves is its own matter. */
export const PLATFORM_NAMES = ["aws", "gcp", "azure", "kubernetes", "machines", "local", "test"] as const
