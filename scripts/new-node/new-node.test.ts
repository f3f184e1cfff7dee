import { expect, test } from "vitest"
import { parseName } from "./names.ts"
import { addToNodeList, testSource, typeSource } from "./sources.ts"

const redirect = { platform: "local", service: "gateway", object: "HTTPRedirect", file: "http-redirect" }

test("it reads platform, service and object, and names files in kebab-case", () => {
  expect(parseName("local.gateway.HTTPRedirect")).toEqual(redirect)
})

test.each([undefined, "local", "local.gateway", "Local.gateway.Redirect", "local.gateway.redirect", "local/../x.y.Z"])(
  "it says what a name looks like when it is given %j",
  (text) => expect(parseName(text)).toContain("write PLATFORM.SERVICE.OBJECT"),
)

test("it declares the type with the platform's own function, and tests it by the contract", () => {
  expect(typeSource(redirect, { define: "defineLocalNode" })).toContain('type: "local.gateway.HTTPRedirect"')
  expect(typeSource(redirect, { define: "defineLocalNode" })).toContain("defineLocalNode<HTTPRedirectProps,")
  expect(testSource(redirect, { ownContract: false })).toContain("nodeContract(HTTPRedirect, {")
  expect(testSource(redirect, { ownContract: false })).not.toContain("serves")
})

test("it has to be asked what it serves, where the platform's contract wants that", () => {
  const source = testSource(redirect, { ownContract: true })
  expect(source).toContain('import { nodeContract } from "../testing/node-contract.ts"')
  expect(source).toContain("serves: async () => {\n    throw new Error(")
})

test("it adds the type to the platform's list and imports it", () => {
  const list =
    'import {\n  b,\n} from "./b.ts"\n\nexport const local = definePlatform({\n  nodes: [Certificate, Route],\n})\n'
  expect(addToNodeList(list, redirect)).toBe(
    'import { HTTPRedirect } from "./gateway/http-redirect.ts"\nimport {\n  b,\n} from "./b.ts"\n\nexport const local = definePlatform({\n  nodes: [Certificate, HTTPRedirect, Route],\n})\n',
  )
})

test("it leaves a file without a list alone", () => {
  expect(addToNodeList("export const local = 1\n", redirect)).toBeUndefined()
})
