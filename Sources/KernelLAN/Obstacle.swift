import SystemCalls

/// Why a frame was not sent, in words for the user.
struct Obstacle: Hashable {
    let reason: String
    /// Whether it makes sense to try again within a second.
    let isPassing: Bool

    static let noCarrier = Obstacle(reason: "the parent has no carrier", isPassing: true)

    private init(reason: String, isPassing: Bool) {
        self.reason = reason
        self.isPassing = isPassing
    }

    /// Explains why a packet socket failed.
    init(_ error: SystemError) {
        switch error.errno {
        case .networkDown: self.init(reason: "the parent is down or gone", isPassing: false)
        case .noSuchDevice, .noSuchDeviceOrAddress: self.init(reason: "the parent is gone", isPassing: false)
        case .notPermitted: self.init(reason: "swiftvlan runs without CAP_NET_RAW", isPassing: false)
        case .noBufferSpace, .tryAgain: self.init(reason: "the parent's queue is full", isPassing: true)
        default: self.init(reason: "\(error)", isPassing: false)
        }
    }
}
