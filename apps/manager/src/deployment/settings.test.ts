import { expect, test } from "vitest"
import { checkSettings } from "./settings.ts"

const withPrivate = { endpoints: { api: { exposure: "network" } } }

test("what a platform refuses is listed, each by its path", () => {
  const refusing = { settings: () => [{ path: "tags", code: "setting_not_supported", message: "no tags" } as const] }
  expect(() => checkSettings(refusing, {})).toThrow(
    expect.objectContaining({
      code: "setting_not_supported",
      context: { violations: [{ path: "tags", code: "setting_not_supported", message: "no tags" }] },
    }),
  )
})

test("what a platform does not refuse is taken, since the manager itself refuses none", () => {
  expect(checkSettings({}, withPrivate)).toMatchObject(withPrivate)
})

test("mistakes are told before the platform is asked", () => {
  const asked = () => {
    throw new Error("asked")
  }
  expect(() => checkSettings({ settings: asked }, { netwrok: {} })).toThrow(
    expect.objectContaining({ code: "settings_invalid" }),
  )
  expect(() => checkSettings({ settings: asked }, { endpointAccess: "private" })).toThrow(
    expect.objectContaining({ code: "setting_not_supported" }),
  )
})
