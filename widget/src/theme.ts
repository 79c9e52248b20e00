// Whether a field is dark. Asked of the field, because a light page can stand on a dark desktop.

/** Whether `field` has light text on a dark ground. */
export function isDark(field: Element): boolean {
  const channels = /^rgba?\((\d+), (\d+), (\d+)/.exec(getComputedStyle(field).color);
  if (!channels) return matchMedia("(prefers-color-scheme: dark)").matches;
  const [, red, green, blue] = channels.map(Number);
  return red! + green! + blue! > 420;
}
