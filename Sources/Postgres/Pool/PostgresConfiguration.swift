internal import CLibPQ

/// Where the database is and within which limits the client works.
public struct PostgresConfiguration: Sendable {
    /// Connections at most.
    public var poolSize = 8
    /// How long the server may leave a job without an answer before its connection is closed: a little longer than the role's limit of a
    /// statement, which ends it before. Zero: no limit.
    public var answerTimeout: Duration = .seconds(7)
    /// How long making a connection may take.
    public var connectTimeout: Duration = .seconds(5)
    /// How long a caller may wait for a free connection.
    public var acquireTimeout: Duration = .seconds(5)
    /// Prepared statements kept per connection; the one unused for longest goes first.
    public var maxPreparedStatements = 512
    /// Statements are prepared once per connection. False behind a pooler that hands a connection out for one transaction.
    public var keepsStatements = true
    /// How long `close()` waits for work under way.
    public var closeTimeout: Duration = .seconds(10)
    /// The name that the server shows for these connections.
    public let applicationName: String

    /// What libpq read from the address, the password included: never printed.
    let settings: [Setting]

    struct Setting: Sendable, Hashable {
        let keyword: String
        let value: String
    }

    /// Reads a `postgres://` address or a `key=value` list, as libpq does. Throws `.configuration` when it cannot be read;
    /// the error does not repeat the address.
    public init(url: String, applicationName: String = "collectif") throws(PostgresError) {
        var message: UnsafeMutablePointer<CChar>?
        guard !url.utf8.contains(0), let options = PQconninfoParse(url, &message) else {
            if let message { PQfreemem(message) }
            throw PostgresError(.configuration, "the address of the database cannot be read")
        }
        defer { PQconninfoFree(options) }
        var settings: [Setting] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { settings.append(Setting(keyword: String(cString: keyword), value: String(cString: value))) }
            option += 1
        }
        self.settings = settings
        self.applicationName = applicationName
    }

    /// The settings of the address with those of the client: encoding, name, detection of dead peers. Time limits and formats are
    /// settings of the role: old poolers refuse a start that carries options.
    func startupSettings() -> [Setting] {
        var list = settings.filter { !["client_encoding", "application_name", "fallback_application_name"].contains($0.keyword) }
        list.append(Setting(keyword: "client_encoding", value: "UTF8"))
        list.append(Setting(keyword: "application_name", value: applicationName))
        let defaults = [
            ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
            ("gssencmode", "disable"),
        ]
        for (keyword, value) in defaults where !list.contains(where: { $0.keyword == keyword }) {
            list.append(Setting(keyword: keyword, value: value))
        }
        return list
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Host, port, database and user; no password.
    public var description: String {
        let shown = settings.filter { ["host", "hostaddr", "port", "dbname", "user"].contains($0.keyword) }
        return "PostgreSQL " + shown.map { "\($0.keyword)=\($0.value)" }.joined(separator: " ")
    }

    /// The description.
    public var debugDescription: String { description }

    /// Only the description, so that `dump` shows no password.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

extension Duration {
    /// Nanoseconds, never negative, at most about 30 years.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return min(max(seconds, 0), 1_000_000_000) * 1_000_000_000 + max(attoseconds, 0) / 1_000_000_000
    }
}
