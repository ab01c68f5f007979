import NIOCore

/// Runs a task where its connection's bytes arrive.
///
/// Between the event loop and the pool of threads every request crossed over four times; at ten thousand requests a second on two cores, the crossings cost
/// as much as the answers. Whoever answers must not block: the loop's other connections wait meanwhile.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
