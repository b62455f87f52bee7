import DriverCore
import Logging
import Metrics
import NIOCore
import RemoteDriver

// The driver's exchanges with LANs. Only a call of a network with `conflict=refuse` waits for one, outside of the
// driver, so that other calls proceed.

extension DriverActor {
    /// The time that an answer may be late; after that, the thread of the LAN client hangs.
    private static var grace: Duration { .seconds(1) }

    /// Sends the questions and announcements of a call, and waits for the answer that decides about it.
    func carryOutLANTasks(of result: CallResult) async -> CallResult {
        guard let lan else { return result }
        if !result.withdrawals.isEmpty { lan.withdraw(result.withdrawals) }
        for question in result.openQuestions {
            lan.ask(question) { answer in self.enqueue { $0.note(answer, to: question) } }
        }
        guard let question = result.question else {
            if !result.announcements.isEmpty { lan.announce(result.announcements) }
            return result
        }
        metrics.waits.count(.lan)
        let answer = isStopping ? nil : await self.answer(to: question, from: lan)
        let refusal = answer.map { driver.note($0, to: question) } ?? driver.giveUp(question)
        // Not before the answer: an announcement would take the address from the host that has it.
        if refusal == nil, !result.announcements.isEmpty { lan.announce(result.announcements) }
        return result.settled(refusal, &driver)
    }

    /// Announces the endpoints on a link after a change of it; returns at once, on any thread.
    nonisolated func parentChanged(_ event: ParentEvent) {
        guard let lan else { return }
        enqueue { actor in
            let announcements = actor.driver.announcements(after: event)
            guard !announcements.isEmpty else { return }
            actor.logger.debug(
                "Announcing endpoints after a change of their parent",
                metadata: ["event": "\(event.kind.rawValue)", "endpoints": "\(announcements.count)"])
            lan.announce(announcements)
        }
    }

    /// Waits for an answer; returns nil if the daemon stops meanwhile.
    private func answer(to question: ConflictQuestion, from lan: any LANAccess) async -> ConflictAnswer? {
        await withCheckedContinuation { waiter in
            let number = questions.add(waiter)
            let late = schedule(in: TimeAmount(question.timeout + Self.grace)) {
                $0.questions.answer(number, with: .notAsked("no answer from the LAN client"))
            }
            lan.ask(question) { answer in
                late.cancel()
                self.enqueue { $0.questions.answer(number, with: answer) }
            }
        }
    }

    /// Enters an answer that no call waits for.
    private func note(_ answer: ConflictAnswer, to question: ConflictQuestion) {
        if case .notAsked(let reason) = answer {
            logger.debug(
                "The LAN was not asked about an endpoint",
                metadata: ["endpoint.id": "\(question.endpoint)", "reason": "\(reason)"])
        }
        _ = driver.note(answer, to: question)
        logNotices()
    }
}
