// The entry for `import`: attaches nothing by itself.
import { Inkling } from "./inkling";

export const { attach, observe } = Inkling;
