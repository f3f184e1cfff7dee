/** What tests of packages that use this one need. */
export { startRegistryDouble } from "./registry-double.ts"
