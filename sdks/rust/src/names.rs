/// `my-api` → `MY_API`. Ids of one stack never differ in case, `-` and `_` alone.
pub(crate) fn key_of(id: &str) -> String {
    id.to_uppercase().replace('-', "_")
}
