// Whether a field is dark. Asked of the field, because a light page can stand on a dark desktop.

/** Whether `field` has light text on a dark ground. */
export function isDark(field: Element): boolean {
  const { color } = getComputedStyle(field);
  const [first, second] = color.match(/\b[\d.]+/g)!.map(Number);
  // The 3 of display-p3 is no channel.
  // rgb(): the green of 255 says most; lab(), lch(): lightness of 100; oklab(), oklch(): of 1.
  return color[0] === "r" ? second! > 140 : first! > (color[0] === "l" ? 60 : 0.6);
}
