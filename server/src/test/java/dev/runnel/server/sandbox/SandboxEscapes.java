package dev.runnel.server.sandbox;

import dev.runnel.server.sandbox.Outcome.How;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Code that tries to reach what is around its sandbox: network, files, other processes, the server that reads its answers. */
abstract class SandboxEscapes extends AttackedSandbox {
    /** Runs code that prints a line for each attempt that came to something. */
    private void assertNothingComesOf(String attempts) throws InterruptedException {
        Outcome outcome = run("""
                import os, socket, subprocess, sys, ctypes
                def attempt(name, what):
                    try:
                        print(name, "came to", repr(what())[:200])
                    except (OSError, subprocess.SubprocessError, ValueError) as e:
                        pass
                """ + attempts + "\nprint('tried')");
        assertThat(outcome.output()).isEqualTo("tried\n");
        assertThat(outcome.how()).isEqualTo(How.DONE);
    }

    @Test
    void thereIsNoNetwork() throws Exception {
        assertNothingComesOf("""
                for family in (socket.AF_INET, socket.AF_INET6, 16, 17, 38, 40):
                    attempt(family, lambda: socket.socket(family, socket.SOCK_STREAM))
                    attempt(family, lambda: socket.socket(family, socket.SOCK_RAW))
                attempt("name", lambda: socket.getaddrinfo("localhost", 80))
                attempt("http", lambda: __import__("urllib.request").request.urlopen("http://127.0.0.1:80"))
                def abstract():
                    s = socket.socket(socket.AF_UNIX); s.connect("\\0/tmp/.X11-unix/X0")
                attempt("abstract", abstract)
                """);
    }

    @Test
    void theMachinesFilesAreNotThereAndNothingElseCanBeWritten() throws Exception {
        assertNothingComesOf(
                """
                        for path in ("/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/run", "/srv", "/proc/1/root/etc/passwd",
                                     "/proc/1/cwd/etc/passwd", "/sys/kernel", "/boot", "/usr/local", "/usr/sbin", "/etc/hostname"):
                            attempt(path, lambda: os.listdir(path) if os.path.isdir(path) else open(path).read())
                        for folder in ("/", "/usr", "/usr/bin", "/usr/lib", "/etc", "/dev", "/proc", "/mnt", "/proc/sys/kernel", "/dev/pts"):
                            attempt(folder, lambda: open(folder + "/new", "w"))
                        for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/usr/bin/python3", "/dev/kmsg", "/dev/mem",
                                     "/proc/kcore", "/proc/timer_list"):
                            attempt(path, lambda: os.open(path, os.O_WRONLY))
                        def map_users():
                            with open("/proc/self/uid_map", "w") as map:
                                map.write("0 0 1")
                        attempt("users", map_users)
                        """);
        assertThat(run("import os; print(sorted(os.listdir('/')))").output()).isEqualTo(
                "['bin', 'dev', 'etc', 'lib', 'lib64', 'mnt', 'proc', 'tmp', 'usr']\n");
    }

    @Test
    void theServersEnvironmentAndProcessesAreNotSeen() throws Exception {
        Outcome outcome = run(
                """
                        import os
                        print(sorted(int(p) for p in os.listdir("/proc") if p.isdigit()))
                        print(open("/proc/1/environ").read().replace("\\0", " ").strip())
                        print(sorted(os.environ))
                        # The first process could be written to, as it has the same user: it must have no more rights.
                        for pid in ("1", "self"):
                            status = dict(line.split(":\\t", 1) for line in open("/proc/%s/status" % pid) if ":\\t" in line)
                            print(os.getuid(), *(status[name].strip() for name in ("CapEff", "CapBnd", "NoNewPrivs", "Seccomp")))
                        """);
        assertThat(outcome.output().lines().toList()).satisfiesExactly(
                pids -> assertThat(pids).isEqualTo("[1, 2]"),
                environment -> assertThat(environment).matches("(PWD=/|OLDPWD=/|_=\\S+|SHLVL=\\d|\\s)*"),
                names -> assertThat(names)
                        .isEqualTo("['HOME', 'LANG', 'MPLBACKEND', 'MPLCONFIGDIR', 'OMP_NUM_THREADS', "
                                + "'OPENBLAS_NUM_THREADS', 'PATH', 'PWD', 'PYTHONDONTWRITEBYTECODE']"),
                first -> assertThat(first).isEqualTo("1000 0000000000000000 0000000000000000 1 2"),
                own -> assertThat(own).isEqualTo("1000 0000000000000000 0000000000000000 1 2"));
    }

    @Test
    void systemCallsThatLeadOutAreRefused() throws Exception {
        assertNothingComesOf(
                """
                        import errno, platform
                        libc = ctypes.CDLL(None, use_errno=True)
                        arm = platform.machine() == "aarch64"
                        calls = dict(ptrace=(101, 117), process_vm_readv=(310, 270), mount=(165, 40), umount2=(166, 39),
                            pivot_root=(155, 41), chroot=(161, 51), open_tree=(428, 428), fsopen=(430, 430), unshare=(272, 97),
                            setns=(308, 268), bpf=(321, 280), perf_event_open=(298, 241), userfaultfd=(323, 282),
                            io_uring_setup=(425, 425), io_uring_enter=(426, 426), io_uring_register=(427, 427), keyctl=(250, 219),
                            add_key=(248, 217), request_key=(249, 218), init_module=(175, 105), finit_module=(313, 273),
                            kexec_load=(246, 104), reboot=(169, 142), swapon=(167, 224), settimeofday=(164, 170),
                            open_by_handle_at=(304, 265), name_to_handle_at=(303, 264), personality=(135, 92), clone3=(435, 435),
                            sethostname=(170, 161), syslog=(103, 116), newer=(459, 459), x32=(0x40000000 + 101, 0x40000000 + 101))
                        for name, numbers in calls.items():
                            ctypes.set_errno(0)
                            result = libc.syscall(numbers[arm], 0x10000000, 0, 0, 0, 0, 0)
                            if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
                                print(name, result, ctypes.get_errno())
                        for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
                            ctypes.set_errno(0)
                            if libc.syscall(220 if arm else 56, flag | 17, 0, 0, 0, 0) != -1:
                                print("clone", hex(flag))
                        """);
    }

    @Test
    void aCallOfAnotherArchitectureEndsItsProcess() throws Exception {
        assertThat(run("""
                import ctypes, mmap, os, platform
                if platform.machine() == "x86_64":
                    child = os.fork()
                    if child == 0:
                        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
                        page.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))  # mov eax, 20; int 0x80; ret
                        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
                        os._exit(0)
                    print(os.WTERMSIG(os.waitpid(child, 0)[1]) == 31)
                else:
                    print(True)
                """).output()).isEqualTo("True\n");
    }

    @Test
    void noPrivilegeCanBeHad() throws Exception {
        assertNothingComesOf("""
                attempt("setuid", lambda: os.setuid(0))
                attempt("setgroups", lambda: os.setgroups([0]))
                attempt("chroot", lambda: os.chroot("/"))
                attempt("mknod", lambda: os.mknod("/mnt/data/disk", 0o60600, os.makedev(8, 0)))
                attempt("nice", lambda: os.nice(-20))
                attempt("su", lambda: subprocess.run(["/usr/bin/su", "-c", "id"], check=True, capture_output=True))
                attempt("mount", lambda: subprocess.run(["/usr/bin/mount", "-t", "tmpfs", "none", "/tmp"], check=True,
                                                        capture_output=True))
                attempt("unshare", lambda: subprocess.run(["/usr/bin/unshare", "-Ur", "true"], check=True,
                                                          capture_output=True))
                import resource
                attempt("limit", lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))
                """);
    }

    @Test
    void signalsReachNoOtherProcess() throws Exception {
        assertThat(run("""
                import os
                reached = []
                for pid in [p for p in range(1, 70000) if p != os.getpid()]:
                    try:
                        os.kill(pid, 9)
                        reached.append(pid)
                    except OSError:
                        pass
                print(reached)
                """).output()).isEqualTo("[1]\n"); // the first process of a namespace ignores signals from within it
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // names that lead elsewhere
        "answer(b'E', json.dumps({'mark': mark, 'how': 'done', 'files': ['../x', '/etc/passwd', 'a/../../b', '.', '', 'a//b', "
                + "'a\\nb', 'x' * 5000, 7, None, 'fine.txt']}).encode()) | DONE | fine.txt",
        "answer(b'E', json.dumps({'mark': mark, 'how': 'done', 'files': ['f%d' % i for i in range(1000)]}).encode()) | DONE | f0",
        "answer(b'E', b'{') | LOST | ''",
        "answer(b'E', b'[]') | LOST | ''",
        "answer(b'E', json.dumps({'mark': 'another', 'how': 'done', 'files': []}).encode()) | LOST | ''",
        "answer(b'E', json.dumps({'mark': mark, 'how': 'won', 'files': []}).encode()) | LOST | ''",
        "answer(b'D', b'x' * 100) | LOST | ''",
        "os.write(g['answers'], b'E' + bytes([127, 255, 255, 255])) | LOST | ''",
        "os.write(g['answers'], b'\\xff' * 100000) | LOST | ''",
        "os.write(1, b'E\\0\\0\\0\\2{}') | DONE | ''",
        "os._exit(0) | LOST | ''",
        "os.close(g['answers']) | LOST | ''",
        "os.closerange(0, 256) | LOST | ''",
    })
    void aForgedAnswerIsTakenForAStrangers(String forge, How how, String first) throws Exception {
        Outcome outcome = run("""
                import json, os, sys
                f = sys._getframe(1)
                g = f.f_globals
                mark = f.f_back.f_locals["order"]["mark"]
                answer = g["answer"]
                FORGE
                """.replace("FORGE", forge));
        assertThat(outcome.how()).isEqualTo(how);
        assertThat(outcome.files()).hasSizeLessThanOrEqualTo(SandboxLimits.HANDED_BACK);
        assertThat(outcome.files().stream().findFirst().orElse("")).isEqualTo(first);
    }

    @Test
    void linksDevicesAndPipesAreNoFilesToHandBack() throws Exception {
        try (Session session = sandbox().begin()) {
            Outcome outcome = session.run("""
                    import os, socket
                    os.symlink("/etc/alternatives", "folder")
                    os.symlink("/usr/bin/python3", "link.txt")
                    os.symlink("/proc/self/environ", "environ.txt")
                    os.mkfifo("pipe")
                    socket.socket(socket.AF_UNIX).bind("socket")
                    os.makedirs("a/b")
                    n = open("a/b/c.txt", "w").write("kept")
                    """);
            assertThat(outcome.output()).isEmpty();
            assertThat(outcome.files()).containsExactly("a/b/c.txt");
            for (String name : List.of("link.txt", "environ.txt", "pipe", "socket", "a", "nothing")) {
                assertThatThrownBy(() -> session.read(name, 1000, new ByteArrayOutputStream()))
                        .isInstanceOf(IOException.class);
            }
            assertThat(session.run("print('still here')").output()).isEqualTo("still here\n");
            session.kill();
        }
    }

    @Test
    void whatTheCodeHasPutInPlaceOfAnInputIsReplacedOrTold() throws Exception {
        byte[] content = "input".getBytes(StandardCharsets.UTF_8);
        try (Session session = sandbox().begin()) {
            assertThat(session.run("""
                    import os
                    os.mkfifo("pipe"); os.symlink("/tmp/elsewhere", "link"); os.mkdir("folder")
                    """).output()).isEmpty();
            assertThat(session.put("pipe", content.length, new ByteArrayInputStream(content))).isEmpty();
            assertThat(session.put("link", content.length, new ByteArrayInputStream(content))).isEmpty();
            assertThat(session.put("folder", content.length, new ByteArrayInputStream(content)))
                    .contains("Is a directory");
            assertThat(session.run("print(open('pipe').read(), open('link').read(), os.path.exists('/tmp/elsewhere'))")
                    .output()).isEqualTo("input input False\n");
            session.kill();
        }
    }
}
