"""
Runs inside the sandbox: takes calls on standard input, executes their code, and answers on standard output.

A frame is a letter, a length of four bytes, and so many bytes.
  to here:  P put a file (JSON: name)  D data of it  Z its end  |  C code (JSON: code, mark)  |  G give a file (JSON: name)
  to there: R ready  |  E the call has ended (JSON)  |  D data of a file  Z its end  X it cannot be given
What code prints goes to standard error as it is; the call's mark follows it there.

The code of a call can do whatever this program can. The server therefore takes every answer for a stranger's.
"""
import ast
import importlib.abc
import importlib.util
import json
import linecache
import os
import resource
import signal
import stat
import struct
import sys
import time
import traceback
import types

LIMITS = json.loads(sys.argv[1])
HOME = "/mnt/data"


def limit(what, most):
    resource.setrlimit(what, (most, most))


limit(resource.RLIMIT_AS, LIMITS["memory"])
limit(resource.RLIMIT_NPROC, LIMITS["processes"])
limit(resource.RLIMIT_CPU, LIMITS["cpu"])
limit(resource.RLIMIT_FSIZE, LIMITS["data"])
limit(resource.RLIMIT_NOFILE, LIMITS["descriptors"])
limit(resource.RLIMIT_CORE, 0)
limit(resource.RLIMIT_MEMLOCK, 0)
limit(resource.RLIMIT_MSGQUEUE, 0)
os.nice(10)

# The pipes to the server get numbers of their own, so that code which writes to 1 or closes it does no harm.
requests = os.fdopen(os.dup(0), "rb", buffering=65536)
answers = os.dup(1)
printed = os.dup(2)
null = os.open("/dev/null", os.O_RDONLY)


def put_in_order():
    """Gives 0, 1 and 2 back their meaning, whatever the last call has done to them."""
    os.dup2(null, 0, inheritable=True)
    os.dup2(printed, 1, inheritable=True)
    os.dup2(printed, 2, inheritable=True)
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = open(number, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
        setattr(sys, name, stream)
        setattr(sys, "__" + name + "__", stream)
    sys.stdin = open(0, encoding="utf-8", closefd=False)


def write_all(number, data):
    while data:
        data = data[os.write(number, data):]


def answer(letter, data=b""):
    write_all(answers, letter + struct.pack(">I", len(data)) + data)


def next_frame():
    head = requests.read(5)
    if len(head) < 5:
        os._exit(0)  # the server is gone
    letter, length = struct.unpack(">cI", head)
    return letter, requests.read(length)


# ---- plots

BACKEND = """
import functools
import os
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase as FigureManager
from matplotlib.backends.backend_agg import FigureCanvasAgg

class FigureCanvas(FigureCanvasAgg):
    @functools.wraps(FigureCanvasAgg.print_png)  # matplotlib looks at its parameters
    def print_png(self, target, *args, **kwargs):
        if isinstance(target, (str, os.PathLike)) and not _showing:
            _saved.add(id(self.figure))
        return super().print_png(target, *args, **kwargs)

_saved = set()
_showing = []

def show(*args, **kwargs):
    # An image of each open figure, unless the code has saved the figure as one itself.
    managers = Gcf.get_all_fig_managers()
    for manager in managers:
        figure = manager.canvas.figure
        if id(figure) not in _saved and (figure.axes or figure.lines or figure.texts or figure.images):
            _showing.append(True)
            try:
                figure.savefig(_next_name(), format="png", bbox_inches="tight")
            finally:
                _showing.pop()
    if managers:
        Gcf.destroy_all()
    _saved.clear()
"""


def next_name():
    number = 1
    while os.path.lexists(f"{HOME}/plot-{number}.png"):
        number += 1
    return f"{HOME}/plot-{number}.png"


class PlotBackend(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Offers matplotlib a backend whose show() makes images."""

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name == "sandbox_plots" else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module._next_name = next_name
        exec(compile(BACKEND, "<plots>", "exec"), module.__dict__)


sys.meta_path.append(PlotBackend())
os.environ["MPLBACKEND"] = "module://sandbox_plots"


def show_plots():
    backend = sys.modules.get("sandbox_plots")
    if backend is not None and "matplotlib.pyplot" in sys.modules:
        backend.show()


# ---- calls

own = os.getpid()
main = types.ModuleType("__main__")
main.__dict__["__builtins__"] = __builtins__
sys.modules["__main__"] = main
calls = 0


class CallTimeout(BaseException):
    """A call has taken longer than it may."""


def too_late(number, frame):
    raise CallTimeout(f"The code ran longer than {LIMITS['seconds']:g} seconds and was stopped.")


def execute(code):
    """Executes code as a notebook does: the value of a last expression is printed. Returns whether all went well."""
    global calls
    calls += 1
    name = f"<call {calls}>"
    linecache.cache[name] = (len(code), None, [line + "\n" for line in code.split("\n")], name)
    signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, LIMITS["seconds"])
    try:
        tree = ast.parse(code, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), main.__dict__)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), name, "eval"), main.__dict__)
            if value is not None:
                main.__dict__["_"] = value
                print(repr(value))
        show_plots()
        return "done"
    except CallTimeout as e:
        print(e, file=sys.stderr)
        return "late"
    except SystemExit as e:
        if e.code not in (None, 0):
            print(f"SystemExit: {e.code}", file=sys.stderr)
        return "done"
    except BaseException as e:
        tell(e, name)
        return "failed"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def tell(e, name):
    frames = e.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename != name:
        frames = frames.tb_next
    lines = traceback.format_exception(type(e), e, frames)
    if isinstance(e, ModuleNotFoundError) and e.name:
        lines.append(f"The package '{e.name}' is not installed here, and nothing can be installed:"
                     " there is no network. Do without it.\n")
    sys.stderr.write("".join(lines))


def files():
    """The files in the folder: by name, what changes when a file does. Links, devices, pipes and hidden files are none."""
    found = {}
    for folder, folders, names in os.walk(HOME):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for name in sorted(names):
            if name.startswith("."):
                continue
            path = os.path.join(folder, name)
            try:
                at = os.lstat(path)
            except OSError:
                continue
            if stat.S_ISREG(at.st_mode):
                found[os.path.relpath(path, HOME)] = (at.st_size, at.st_mtime_ns, at.st_ino)
            if len(found) >= 10_000:
                return found
    return found


def end_children():
    """Ends what the code has started and left, and waits for its end, for a while; this process is spared."""
    try:
        os.kill(-1, signal.SIGKILL)
    except OSError:
        pass
    try:
        for _ in range(500):
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.001)
    except OSError:
        pass  # there are none left


def call(order):
    put_in_order()
    try:
        os.chdir(HOME)
    except OSError:
        pass
    before = files()
    how = execute(order["code"])
    if os.getpid() != own:
        os._exit(0)  # a child of the code's that came to the code's end
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    end_children()
    after = files()
    made = [name for name, at in after.items() if before.get(name) != at]
    try:
        write_all(printed, order["mark"].encode())
    except OSError:
        pass
    # One more than are handed back, so that the server knows that there are more.
    answer(b"E", json.dumps({"mark": order["mark"], "how": how, "files": made[:LIMITS["files"] + 1]}).encode())


def inside(name):
    return os.path.join(HOME, name)


def put(order):
    path = inside(order["name"])
    number, failure = -1, None
    try:
        if os.path.lexists(path):
            os.unlink(path)  # whatever the code has put there: a pipe would block, a link would lead elsewhere
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    except OSError as e:
        failure = e
    while True:
        letter, data = next_frame()
        if letter == b"Z":
            break
        try:
            if failure is None:
                write_all(number, data)
        except OSError as e:
            failure = e
    if number >= 0:
        os.close(number)
    if failure is None:
        answer(b"Z")
        return
    if number >= 0:
        try:
            os.unlink(path)
        except OSError:
            pass
    answer(b"X", str(failure).encode("utf-8", "replace"))


def give(order):
    try:
        number = os.open(inside(order["name"]), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as e:
        answer(b"X", str(e).encode("utf-8", "replace"))
        return
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            answer(b"X", b"not a file")
            return
        while data := os.read(number, 65536):
            answer(b"D", data)
        answer(b"Z")
    finally:
        os.close(number)


def serve():
    put_in_order()
    answer(b"R")
    while True:
        letter, data = next_frame()
        order = json.loads(data)
        try:
            {b"P": put, b"C": call, b"G": give}[letter](order)
        except CallTimeout:  # the alarm came too late
            pass


serve()
