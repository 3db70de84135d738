// What the sanitizers' runtimes ask a program at its start, linked into every test program and into trial-cds
// itself when they are sanitized, so that a program that a test starts follows the same rules. A report ends
// with an exit code that is no command's own: tests/app/program.h fails the test that sees it, whatever code it
// wanted. Compiled without instrumentation: the runtimes call this before they are ready.

extern "C" {

const char *__asan_default_options();
const char *__lsan_default_suppressions();
const char *__ubsan_default_options();
const char *__tsan_default_options();
const char *__tsan_default_suppressions();

const char *__asan_default_options() {
    return "exitcode=86:detect_stack_use_after_return=1:strict_init_order=1:check_initialization_order=1";
}

// cpprestsdk's pool of threads dies with the process and drops what a call that was cut short still had queued.
const char *__lsan_default_suppressions() {
    return "leak:libcpprest\nleak:pplx::\n";
}

const char *__ubsan_default_options() {
    return "exitcode=86:print_stacktrace=1";
}

const char *__tsan_default_options() {
    return "exitcode=86:second_deadlock_stack=1";
}

// Debian's cpprestsdk is not instrumented: what its own objects are guarded with (reference counts of its
// cancellations, the guard of a static table) cannot be seen. Only stacks that pass through those objects are
// left out, not what runs under the library's listener or in its continuations.
const char *__tsan_default_suppressions() {
    return "race:web::http::details::get_default_reason_phrase\n"
           "race:pplx::details::_CancellationToken\n";
}
}
