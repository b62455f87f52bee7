package import NIOCore

/// Runs tasks on an event loop's thread.
///
/// Tasks between the server's and the driver's threads therefore need no third thread. The process never starts Swift's
/// shared pool, where libdispatch logs an error if the daemon's sandbox forbids it to change priorities.
package final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    package init(_ loop: any EventLoop) { self.loop = loop }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
