// Changes what a field holds the way typing does, so that Ctrl+Z undoes it and frameworks hear it.

export type TextField = HTMLTextAreaElement | HTMLInputElement;

export function isTextField(element: Element): element is TextField {
  if (element instanceof HTMLTextAreaElement) return true;
  return element instanceof HTMLInputElement && /^(text|search)$/.test(element.type);
}

/** The text before the caret; null while a range is selected. */
export function beforeCaret({ value, selectionStart, selectionEnd }: TextField): string | null {
  return selectionStart === selectionEnd ? value.slice(0, selectionStart ?? 0) : null;
}

/** The text after the caret. */
export function afterCaret({ value, selectionEnd }: TextField): string {
  return value.slice(selectionEnd ?? value.length);
}

/** Put `text` in place of `start` to `end` (UTF-16), as one step that can be undone. */
export function replace(field: TextField, start: number, end: number, text: string): void {
  field.setSelectionRange(start, end);
  // Deprecated, and the only way in which the browser's own undo stack survives.
  if (field.ownerDocument.execCommand("insertText", false, text)) return;
  field.setRangeText(text, start, end, "end");
  const typed = { bubbles: true, inputType: "insertText", data: text };
  field.dispatchEvent(new InputEvent("input", typed));
}
