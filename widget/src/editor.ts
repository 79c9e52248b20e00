// What the widget needs of a field, whatever it is made of.
import type { Caret } from "./caret";
import { isTextField, PlainText } from "./plain";
import { RichText } from "./rich";

export interface Editor {
  readonly element: HTMLElement;
  /** Whether it never has a second line. */
  readonly singleLine: boolean;
  /** The text before the caret; null while a range is selected. */
  before(): string | null;
  /** The text after the caret. */
  after(): string;
  /** Put `text` in place of `start` to `end` (UTF-16), as one step that can be undone. */
  replace(start: number, end: number, text: string): void;
  /** Leave the caret at the end of what is selected. */
  deselect(): void;
  /** Find the caret; what must be laid out for that goes into `parent`. Call it once a paint. */
  locate(parent: Node): Caret;
}

/** The editor of `element`, or null where nothing can be typed. */
export function editorOf(element: Element): Editor | null {
  if (isTextField(element)) return new PlainText(element);
  if (!(element instanceof HTMLElement) || !element.isContentEditable) return null;
  // What is within another editable element is that one's text.
  return element.parentElement?.isContentEditable ? null : new RichText(element);
}
