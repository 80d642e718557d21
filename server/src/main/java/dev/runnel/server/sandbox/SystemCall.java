package dev.runnel.server.sandbox;

/**
 * System calls that the filter names, with their numbers on each architecture; −1 where there is none. They are refused: no
 * program that computes needs them, and faults of kernels were mostly found in such calls.
 */
enum SystemCall {
    // other processes
    PTRACE(101, 117), PROCESS_VM_READV(310, 270), PROCESS_VM_WRITEV(311, 271), KCMP(312, 272), PIDFD_GETFD(438, 438),
    PROCESS_MADVISE(440, 440), PROCESS_MRELEASE(448, 448),
    // mounts and roots
    MOUNT(165, 40), UMOUNT2(166, 39), PIVOT_ROOT(155, 41), CHROOT(161, 51), MOVE_MOUNT(429, 429), OPEN_TREE(428, 428),
    FSOPEN(430, 430), FSCONFIG(431, 431), FSMOUNT(432, 432), FSPICK(433, 433), MOUNT_SETATTR(442, 442),
    NAME_TO_HANDLE_AT(303, 264), OPEN_BY_HANDLE_AT(304, 265), FANOTIFY_INIT(300, 262),
    // namespaces
    UNSHARE(272, 97), SETNS(308, 268),
    // parts of the kernel with faults in their past
    BPF(321, 280), PERF_EVENT_OPEN(298, 241), USERFAULTFD(323, 282), IO_URING_SETUP(425, 425),
    IO_URING_ENTER(426, 426), IO_URING_REGISTER(427, 427), KEYCTL(250, 219), ADD_KEY(248, 217), REQUEST_KEY(249, 218),
    MODIFY_LDT(154, -1), PERSONALITY(135, 92), MBIND(237, 235), MIGRATE_PAGES(256, 238), MOVE_PAGES(279, 239),
    SET_MEMPOLICY(238, 237), MEMFD_SECRET(447, 447), LOOKUP_DCOOKIE(212, 18), NFSSERVCTL(180, 42), SYSCTL(156, -1),
    USELIB(134, -1), USTAT(136, -1), SYSFS(139, -1),
    // the machine
    INIT_MODULE(175, 105), FINIT_MODULE(313, 273), DELETE_MODULE(176, 106), KEXEC_LOAD(246, 104),
    KEXEC_FILE_LOAD(320, 294), REBOOT(169, 142), SWAPON(167, 224), SWAPOFF(168, 225), ACCT(163, 89), QUOTACTL(179, 60),
    QUOTACTL_FD(443, 443), SYSLOG(103, 116), SETHOSTNAME(170, 161), SETDOMAINNAME(171, 162), SETTIMEOFDAY(164, 170),
    CLOCK_SETTIME(227, 112), CLOCK_ADJTIME(305, 266), ADJTIMEX(159, 171), IOPL(172, -1), IOPERM(173, -1),
    VHANGUP(153, 58);

    private final int x86;
    private final int arm;

    SystemCall(int x86, int arm) {
        this.x86 = x86;
        this.arm = arm;
    }

    int number(Architecture architecture) {
        return architecture == Architecture.X86_64 ? x86 : arm;
    }
}
