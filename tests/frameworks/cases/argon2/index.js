import argon2 from "argon2"

export default {
  async fetch() {
    const hash = await argon2.hash("correct horse", { memoryCost: 1024 })
    const [right, wrong] = await Promise.all([argon2.verify(hash, "correct horse"), argon2.verify(hash, "battery")])
    return Response.json({ right, wrong })
  },
}
