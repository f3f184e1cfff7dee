import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

/** `npm test`: what needs Node alone. `npm run test:system` sets ALIEN_TEST_SYSTEM and runs the rest. */
const system = process.env.ALIEN_TEST_SYSTEM === "1"

export default defineConfig({
  test: {
    include: system ? ["**/*.system.test.ts"] : ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/target/**", ...(system ? [] : ["**/*.system.test.ts"])],
    // Also on two cores: journeys wait for processes more than they compute.
    pool: "forks",
    poolOptions: { forks: { maxForks: Math.max(2, Math.floor(availableParallelism() / 2)), minForks: 1 } },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    sequence: { shuffle: true },
  },
})
