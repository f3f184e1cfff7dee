/** A resource's key in variable names: `my-api` → `MY_API`. Ids of one stack never differ only in case, `-` and `_`. */
export const resourceKey = (id: string): string => id.toUpperCase().replaceAll("-", "_")
