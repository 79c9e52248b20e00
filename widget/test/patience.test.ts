import { expect, it } from "vitest";
import { Patience } from "../src/patience";

it("grows quieter at the fifth rejection in a row, until a suggestion is accepted", () => {
  const patience = new Patience();
  const refuse = (times: number): void => {
    for (let time = 0; time < times; time++) patience.refuse();
  };
  refuse(4);
  expect(patience.raise(0.3)).toBe(0.3);
  patience.accept();
  refuse(4);
  expect(patience.raise(0)).toBe(0);
  refuse(1);
  expect(patience.raise(0.3)).toBe(0.65);
  patience.accept();
  expect(patience.raise(0.3)).toBe(0.3);
});
