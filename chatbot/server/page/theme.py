"""The page's look where Gradio decides it: the system's fonts, ink colours."""

import gradio as gr
from gradio.themes.utils.fonts import Font

# Font, not a string: Gradio would look for a web font of that name.
SANS = [Font(name) for name in ("ui-sans-serif", "system-ui", "sans-serif")]
MONO = [Font(name) for name in ("ui-monospace", "Consolas", "monospace")]

THEME = gr.themes.Default(
    primary_hue=gr.themes.colors.indigo,
    secondary_hue=gr.themes.colors.indigo,
    neutral_hue=gr.themes.colors.slate,
    radius_size=gr.themes.sizes.radius_lg,
    font=SANS,
    font_mono=MONO,
).set(
    body_background_fill="*neutral_50",
    body_background_fill_dark="*neutral_950",
    # the default is too pale to read on a light ground
    body_text_color_subdued="*neutral_600",
    input_placeholder_color="*neutral_500",
    input_placeholder_color_dark="*neutral_400",
)
