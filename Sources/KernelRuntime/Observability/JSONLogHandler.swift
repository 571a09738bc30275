import Kernel
public import Logging

/// One JSON object per line on standard error. Values are encoded, so nothing typed by a person can forge a line (AUD-08).
public struct JSONLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level = .info
    private let label: String

    public init(label: String) { self.label = label }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let writer = JSONWriter(capacity: 256)
        writer.object {
            writer.member("time", Instant.now.iso8601)
            writer.member("level", event.level.rawValue)
            writer.member("logger", label)
            writer.member("message", event.message.description)
            for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
                writer.member(key, value.description)
            }
        }
        LogOutput.standardError.write(writer.bytes + [0x0A])
    }
}
