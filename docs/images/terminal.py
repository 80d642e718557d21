#!/usr/bin/env python3
"""Draws run.svg beside this script: what `./runnel run` prints on a terminal of 80 columns.

Run it after a change of the command's output: docs/images/terminal.py. It needs `script` (util-linux) and a built runnel.
"""
import html
import os
import pathlib
import re
import subprocess
import sys
import tempfile

COLUMNS, LINE, CHARACTER, MARGIN = 80, 20, 8.4, 20
COMMAND = './runnel run "Tell me a short story."'
STYLE = re.compile(r"\x1b\[([0-9;]*)m")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def transcript(root):
    """The bytes that the command writes to a terminal, with the demo model as its model."""
    clean = {name: value for name, value in os.environ.items() if not re.match("OPENAI_|RUNNEL_(?!JAVA)|NO_COLOR", name)}
    clean["TERM"] = "xterm-256color"
    with tempfile.NamedTemporaryFile() as seen:
        command = f"stty cols {COLUMNS} rows 40; {COMMAND}"
        subprocess.run(["script", "-qefc", command, seen.name], cwd=root, env=clean, timeout=300, check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        lines = pathlib.Path(seen.name).read_bytes().decode().split("\n")
    return [line for line in lines if not line.startswith("Script ")]


def rows(lines):
    """Each row as it looks in the end, with whether it is dim. A carriage return begins the row anew."""
    dim = False
    for line in lines:
        last = line.rstrip("\r").split("\r")[-1]
        codes = STYLE.findall(last)
        dim_row = dim or "2" in codes
        if codes:
            dim = codes[-1] == "2"
        yield CONTROL.sub("", last), dim_row


def picture(shown):
    width, height = COLUMNS * CHARACTER + 2 * MARGIN, len(shown) * LINE + 2 * MARGIN
    text = "\n".join(
        f'<text x="{MARGIN}" y="{MARGIN + 14 + LINE * number}" class="{style}" xml:space="preserve">{html.escape(row)}</text>'
        for number, (row, style) in enumerate(shown))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" role="img">
<title>A terminal: {html.escape(COMMAND)}</title>
<style>text {{ font: 14px ui-monospace, Menlo, Consolas, monospace; fill: #e6e6e6; }} .dim {{ fill: #8b949e; }} .typed {{ fill: #7ee787; }}</style>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
{text}
</svg>
"""


def main():
    here = pathlib.Path(__file__).resolve().parent
    shown = [(f"$ {COMMAND}", "typed")]
    shown += [(row, "dim" if dim else "reply") for row, dim in rows(transcript(here.parent.parent))]
    while not shown[-1][0].strip():
        shown.pop()
    (here / "run.svg").write_text(picture(shown))
    print(f"{len(shown)} rows", file=sys.stderr)


main()
