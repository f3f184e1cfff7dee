/** `my-api` → `MY_API`. Ids of one stack never differ in case, `-` and `_` alone. */
export const resourceKey = (id: string): string => id.toUpperCase().replaceAll("-", "_")
