// Whether a field is dark. Asked of the field, because a light page can stand on a dark desktop.

/** Whether `field` has light text on a dark ground. */
export function isDark(field: HTMLElement): boolean {
  if (document.querySelector("html.dark, body.dark")) return true;
  const channels = /^rgba?\((\d+), (\d+), (\d+)/.exec(getComputedStyle(field).color);
  if (!channels) return matchMedia("(prefers-color-scheme: dark)").matches;
  const [red = 0, green = 0, blue = 0] = channels.slice(1).map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 140;
}
