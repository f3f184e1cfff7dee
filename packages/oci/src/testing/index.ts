/** What tests of packages that use this one need. */
export { debianFiles } from "./debian-base.ts"
export { startDockerRegistry } from "./docker-registry.ts"
export { startRegistryDouble } from "./registry-double.ts"
export { askImage, unpackImage } from "./run-image.ts"
