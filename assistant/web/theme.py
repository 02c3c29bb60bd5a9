"""The look of Gradio's own parts, tied to the colours and fonts of `static/troly.css`."""

from __future__ import annotations

import gradio as gr

# Fonts of the reader's own system: nothing is fetched, and all of these carry the Vietnamese letters.
FONTS = ("system-ui", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Arial", "sans-serif")
MONO = ("ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace")


def build_theme() -> gr.themes.Base:
    """A quiet theme whose colours are the custom properties of our own style sheet, light and dark alike."""
    theme = gr.themes.Base(
        font=[gr.themes.Font(name) for name in FONTS],
        font_mono=[gr.themes.Font(name) for name in MONO],
        radius_size=gr.themes.sizes.radius_md,
    )
    colours = {
        "body_background_fill": "var(--tl-bg)",
        "body_text_color": "var(--tl-ink)",
        "body_text_color_subdued": "var(--tl-muted)",
        "background_fill_primary": "var(--tl-surface)",
        "background_fill_secondary": "var(--tl-bg)",
        "block_background_fill": "transparent",
        "border_color_primary": "var(--tl-line)",
        "border_color_accent": "var(--tl-accent)",
        "color_accent_soft": "var(--tl-accent-soft)",
        "input_background_fill": "var(--tl-surface)",
        "input_border_color": "var(--tl-line-strong)",
        "input_border_color_focus": "var(--tl-accent)",
        "input_placeholder_color": "var(--tl-muted)",
        "button_primary_background_fill": "var(--tl-accent)",
        "button_primary_background_fill_hover": "var(--tl-accent-strong)",
        "button_primary_text_color": "var(--tl-accent-ink)",
        "button_secondary_background_fill": "var(--tl-surface)",
        "button_secondary_background_fill_hover": "var(--tl-accent-soft)",
        "button_secondary_text_color": "var(--tl-ink)",
        "button_secondary_border_color": "var(--tl-line-strong)",
    }
    dark = {f"{name}_dark": value for name, value in colours.items()}
    return theme.set(
        **colours,
        **dark,
        block_border_width="0px",
        block_border_width_dark="0px",
        block_shadow="none",
        block_padding="0px",
        layout_gap="0px",
    )
