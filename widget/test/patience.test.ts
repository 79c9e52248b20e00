import { describe, expect, it } from "vitest";
import { raised } from "../src/patience";

describe("patience", () => {
  it("is lost after five rejections in a row", () => {
    expect([0, 4, 5, 9].map((refused) => raised(0.3, refused))).toEqual([0.3, 0.3, 0.65, 0.65]);
    expect(raised(0, 5)).toBe(0.5);
  });
});
