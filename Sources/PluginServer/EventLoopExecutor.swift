package import NIOCore

/// Runs tasks on an event loop's thread.
///
/// The server and the driver have threads of their own; with this, tasks that only go between them need no third one,
/// and the process has none of Swift's shared pool, which libdispatch makes with a complaint when the daemon's sandbox
/// does not let it change priorities.
package final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    package init(_ loop: any EventLoop) {
        self.loop = loop
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
