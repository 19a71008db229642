// A hostile program: what somebody would try who got code to run inside the service. Started under the unit's own sandbox,
// it says of each attempt whether it was denied, and of what the service needs whether it works. One line each:
// "denied NAME", "ALLOWED NAME", "works NAME", "BROKEN NAME". Ends with the number of lines in capitals.

#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <functional>
#include <linux/capability.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <string>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

/// In a process of its own, for some attempts change what comes after them, and some end in a signal: that is a denial too.
bool succeeds(std::function<bool()> const & attempt)
{
    std::fflush(nullptr);
    pid_t const child = ::fork();
    if (child == 0) {
        ::_exit(attempt() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool opens(std::string const & path, int flags = O_RDONLY) { return ::open(path.c_str(), flags | O_CLOEXEC, 0600) >= 0; }
bool creates(std::string const & path) { return opens(path, O_CREAT | O_WRONLY); }

bool lists(char const * path)
{
    auto * const folder = ::opendir(path);
    return folder != nullptr && ::readdir(folder) != nullptr;
}

template <typename... Arguments>
bool calls(long number, Arguments... arguments)
{
    return ::syscall(number, arguments...) >= 0;
}

/// Denied by the filter, not turned down for its arguments.
template <typename... Arguments>
bool reaches_kernel(long number, Arguments... arguments)
{
    return ::syscall(number, arguments...) >= 0 || (errno != EPERM && errno != ENOSYS);
}

bool makes_socket(int family, int type) { return ::socket(family, type, 0) >= 0; }

sockaddr_in at(char const * address, std::uint16_t port)
{
    sockaddr_in place {};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &place.sin_addr);
    return place;
}

bool sends(char const * address)
{
    auto const place = at(address, 9);
    int const socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    return ::sendto(socket, "x", 1, 0, reinterpret_cast<sockaddr const *>(&place), sizeof place) == 1;
}

bool connects(char const * address)
{
    auto const place = at(address, 9);
    int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int error = ::connect(socket, reinterpret_cast<sockaddr const *>(&place), sizeof place) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
        pollfd waiting { socket, POLLOUT, 0 };
        socklen_t size = sizeof error;
        if (::poll(&waiting, 1, 1000) != 1) {
            return false; // what it sends is dropped
        }
        ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    return error == 0 || error == ECONNREFUSED; // it got an answer
}

bool binds(char const * address, std::uint16_t port)
{
    auto const place = at(address, port);
    int const socket = ::socket(AF_INET, SOCK_STREAM, 0);
    int const yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    return ::bind(socket, reinterpret_cast<sockaddr const *>(&place), sizeof place) == 0;
}

bool becomes_executable()
{
    void * const page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return ::mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

bool makes_set_user_id()
{
    auto const path = std::string(std::getenv("STATE_DIRECTORY")) + "/suid";
    int const file = ::open(path.c_str(), O_CREAT | O_WRONLY, 0700);
    bool const done = file >= 0 && ::fchmod(file, 04755) == 0;
    ::unlink(path.c_str());
    return done;
}

bool runs(char const * program)
{
    ::execl(program, program, "-c", "exit 0", nullptr);
    return false;
}

bool runs_own_file(std::string const & folder)
{
    auto const path = folder + "/program";
    int const from = ::open("/proc/self/exe", O_RDONLY);
    int const to = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0700);
    char buffer[65536];
    for (ssize_t count = 0; (count = ::read(from, buffer, sizeof buffer)) > 0;) {
        if (::write(to, buffer, static_cast<std::size_t>(count)) != count) {
            return false;
        }
    }
    ::close(to);
    bool const started = succeeds([&] { return ::execl(path.c_str(), path.c_str(), "--nothing", nullptr) == 0; });
    ::unlink(path.c_str());
    return started;
}

bool calls_as_32_bit()
{
#ifdef __x86_64__
    long result = -1;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory"); // getpid
    return result > 0;
#else
    return false;
#endif
}

bool reads_memory_of_init()
{
    char here[8];
    iovec const to { here, sizeof here }, from { reinterpret_cast<void *>(0x1000), sizeof here };
    return ::process_vm_readv(1, &to, 1, &from, 1, 0) >= 0 || errno == EFAULT;
}

bool turns_back_the_clock()
{
    timespec const then { 1, 0 };
    return ::clock_settime(CLOCK_REALTIME, &then) == 0;
}

bool is_realtime()
{
    sched_param const most { 1 };
    return ::sched_setscheduler(0, SCHED_FIFO, &most) == 0;
}

bool dumps_core()
{
    rlimit limit {};
    return ::getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0;
}

struct Attempt {
    char const * name;
    std::function<bool()> attempt;
};

std::vector<Attempt> const hostile {
    { "write /etc/passwd", [] { return opens("/etc/passwd", O_WRONLY); } },
    { "create a file in /etc/ketensync", [] { return creates("/etc/ketensync/probe"); } },
    { "change the configuration", [] { return opens("/etc/ketensync/ketensync.toml", O_WRONLY); } },
    { "change a mapping", [] { return opens("/usr/share/ketensync/mappings/schema.toml", O_WRONLY); } },
    { "create a file in /usr", [] { return creates("/usr/probe"); } },
    { "create a file in /var/lib", [] { return creates("/var/lib/probe"); } },
    { "create a unit", [] { return creates("/etc/systemd/system/probe.service"); } },
    { "create a cron job", [] { return creates("/etc/cron.d/probe"); } },
    { "read the key where it is kept", [] { return opens("/etc/ketensync/credentials/state-key"); } },
    { "read /etc/shadow", [] { return opens("/etc/shadow"); } },
    { "list /root", [] { return lists("/root"); } },
    { "list /home", [] { return lists("/home/") && opens("/home/probe-file"); } },
    { "see process 1", [] { return lists("/proc/1"); } },
    { "read /proc/kallsyms", [] { return opens("/proc/kallsyms"); } },
    { "change a kernel setting", [] { return opens("/proc/sys/kernel/core_pattern", O_WRONLY); } },
    { "change a control group", [] { return creates("/sys/fs/cgroup/probe"); } },
    { "read the kernel's log", [] { return opens("/dev/kmsg"); } },
    { "open a disk", [] { return opens("/dev/vda") || opens("/dev/sda"); } },
    { "open memory", [] { return opens("/dev/mem"); } },
    { "make a device", [] { return ::mknod("/tmp/null", S_IFCHR | 0600, makedev(1, 3)) == 0; } },
    { "map memory to write and run", [] { return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED; } },
    { "make written memory run", becomes_executable },
    { "make a file in memory (memfd_create)", [] { return calls(SYS_memfd_create, "x", 0); } },
    { "handle page faults (userfaultfd)", [] { return reaches_kernel(SYS_userfaultfd, 0); } },
    { "io_uring_setup", [] { return reaches_kernel(SYS_io_uring_setup, 4, nullptr); } },
    { "io_uring_enter", [] { return reaches_kernel(SYS_io_uring_enter, -1, 0, 0, 0, nullptr, 0); } },
    { "io_uring_register", [] { return reaches_kernel(SYS_io_uring_register, -1, 0, nullptr, 0); } },
    { "bpf", [] { return reaches_kernel(SYS_bpf, 0, nullptr, 0); } },
    { "perf_event_open", [] { return reaches_kernel(SYS_perf_event_open, nullptr, 0, -1, -1, 0); } },
    { "keyctl", [] { return reaches_kernel(SYS_keyctl, 0, -3, 0); } },
    { "add_key", [] { return reaches_kernel(SYS_add_key, "user", "x", "y", 1, -3); } },
    { "ptrace", [] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; } },
    { "read another process's memory", reads_memory_of_init },
    { "signal process 1", [] { return ::kill(1, 0) == 0; } },
    { "mount", [] { return ::mount("none", "/tmp", "tmpfs", 0, "") == 0; } },
    { "umount", [] { return ::umount2("/tmp", MNT_DETACH) == 0; } },
    { "chroot", [] { return ::chroot("/tmp") == 0; } },
    { "pivot_root", [] { return reaches_kernel(SYS_pivot_root, "/tmp", "/tmp"); } },
    { "a user namespace", [] { return ::unshare(CLONE_NEWUSER) == 0; } },
    { "a mount namespace", [] { return ::unshare(CLONE_NEWNS) == 0; } },
    { "a network namespace", [] { return ::unshare(CLONE_NEWNET) == 0; } },
    { "become root", [] { return ::setuid(0) == 0; } },
    { "set-user-id", makes_set_user_id },
    { "realtime scheduling", is_realtime },
    { "a higher priority", [] { return ::setpriority(PRIO_PROCESS, 0, -5) == 0; } },
    { "another personality", [] { return ::personality(ADDR_NO_RANDOMIZE) != -1; } },
    { "load a module", [] { return reaches_kernel(SYS_init_module, nullptr, 0, ""); } },
    { "load a kernel", [] { return reaches_kernel(SYS_kexec_load, 0, 0, nullptr, 0); } },
    { "reboot", [] { return reaches_kernel(SYS_reboot, 0, 0, 0, nullptr); } },
    { "swapon", [] { return reaches_kernel(SYS_swapon, "/tmp/none", 0); } },
    { "quotactl", [] { return reaches_kernel(SYS_quotactl, 0, "", 0, nullptr); } },
    { "open a file by its handle", [] { return reaches_kernel(SYS_open_by_handle_at, -1, nullptr, 0); } },
    { "ports of the machine (ioperm)", [] { return reaches_kernel(SYS_ioperm, 0x80, 1, 1); } },
    { "set the clock", turns_back_the_clock },
    { "set the host's name", [] { return ::sethostname("x", 1) == 0; } },
    { "a netlink socket", [] { return makes_socket(AF_NETLINK, SOCK_RAW); } },
    { "a packet socket", [] { return makes_socket(AF_PACKET, SOCK_RAW); } },
    { "a raw socket", [] { return ::socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0; } },
    { "a vsock socket", [] { return makes_socket(AF_VSOCK, SOCK_STREAM); } },
    { "a crypto socket of the kernel (AF_ALG)", [] { return makes_socket(AF_ALG, SOCK_SEQPACKET); } },
    { "send to an address that is not allowed", [] { return sends("198.51.100.1"); } },
    { "connect to an address that is not allowed", [] { return connects("198.51.100.1"); } },
    { "listen on a port below 1024", [] { return binds("127.0.0.1", 80); } },
    { "start a shell", [] { return runs("/bin/sh"); } },
    { "start curl or another program", [] { return runs("/usr/bin/env"); } },
    { "start a shell by way of the loader", [] { return ::execl("/lib64/ld-linux-x86-64.so.2", "ld.so", "/bin/sh", "-c", "exit 0", nullptr) == 0; } },
    { "start a program that it wrote to the state folder", [] { return runs_own_file(std::getenv("STATE_DIRECTORY")); } },
    { "start a program that it wrote to its run folder", [] { return runs_own_file(std::getenv("RUNTIME_DIRECTORY")); } },
    { "start a program that it wrote to /tmp", [] { return runs_own_file("/tmp"); } },
    { "start a program that it wrote to /var/tmp", [] { return runs_own_file("/var/tmp"); } },
    { "start a program that it wrote to /dev/shm", [] { return runs_own_file("/dev/shm"); } },
    { "system calls of another architecture", calls_as_32_bit },
    { "leave a core", dumps_core },
};

std::vector<Attempt> const needed {
    { "write the state", [] {
         auto const path = std::string(std::getenv("STATE_DIRECTORY")) + "/probe";
         bool const done = creates(path);
         ::unlink(path.c_str());
         return done;
     } },
    { "read the key as a credential", [] { return opens(std::string(std::getenv("CREDENTIALS_DIRECTORY")) + "/state-key"); } },
    { "read the configuration", [] { return opens("/etc/ketensync/ketensync.toml"); } },
    { "read the mappings", [] { return opens("/usr/share/ketensync/mappings/schema.toml"); } },
    { "read time zones", [] { return opens("/usr/share/zoneinfo/Europe/Amsterdam"); } },
    { "connect to this machine", [] { return connects("127.0.0.1"); } },
    { "listen for its status pages", [] { return binds("127.0.0.1", 9465); } },
    { "notify systemd", [] { return makes_socket(AF_UNIX, SOCK_DGRAM); } },
};

}

int main(int count, char **)
{
    if (count > 1) {
        return 0; // the copy that it started itself
    }
    int wrong = 0;
    for (auto const & [name, attempt] : hostile) {
        bool const allowed = succeeds(attempt);
        wrong += allowed ? 1 : 0;
        std::printf("%s %s\n", allowed ? "ALLOWED" : "denied", name);
    }
    for (auto const & [name, attempt] : needed) {
        bool const works = succeeds(attempt);
        wrong += works ? 0 : 1;
        std::printf("%s %s\n", works ? "works" : "BROKEN", name);
    }
    return wrong > 100 ? 100 : wrong;
}
