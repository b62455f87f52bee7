import Logging

/// A log handler that passes events on to another one, which also keeps the metadata.
protocol OuterLogHandler: LogHandler {
    associatedtype Output: LogHandler
    var output: Output { get set }
}

extension OuterLogHandler {
    var metadata: Logger.Metadata {
        get { output.metadata }
        set { output.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { output.metadataProvider }
        set { output.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { output[metadataKey: key] }
        set { output[metadataKey: key] = newValue }
    }
}
