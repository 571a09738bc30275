import Kernel

extension BootChecks {
    /// Names that a module takes outside its own: commands, and addresses above the MSPs.
    static func publicNames(_ module: RegisteredModule) -> [String] {
        let id = module.manifest.id
        var faults: [String] = []
        func check(_ holds: Bool, _ sentence: String) { if !holds { faults.append("\(id): \(sentence)") } }
        for command in module.contributions.commands {
            let name = "the command « \(command.words.joined(separator: " ")) »"
            check(!command.words.isEmpty && command.words.allSatisfy(isWord), "\(name) must be words of a–z, 0–9 and hyphens.")
            check(command.words.first.map { !ownWords.contains($0) } ?? true, "\(name) begins with a word that is a command of the kernel.")
            let options = command.options.map(\.name)
            check(options.allSatisfy(isWord) && !options.contains("help"), "\(name) has an option with a name that cannot be used.")
            check(Set(options).count == options.count, "\(name) has an option twice.")
        }
        for endpoint in module.contributions.openEndpoints {
            let name = "the open endpoint « \(endpoint.path) »"
            check(endpoint.method == .get || endpoint.method == .post, "\(name) answers GET or POST: it changes nothing.")
            check(
                !endpoint.path.isEmpty && endpoint.path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(isWord),
                "\(name) must be segments of a–z, 0–9 and hyphens, without parameters.")
            check(!ownSegments.contains(endpoint.firstSegment), "\(name) begins with a segment that the kernel uses.")
        }
        return faults
    }

    /// Commands of the kernel.
    private static let ownWords: Set<String> = CommandHouse<NoHouse>.ownWords

    /// First segments below `/api/v1` that the kernel uses, or keeps for itself.
    private static let ownSegments: Set<String> =
        reservedIDs
        .union(["auth", "health", "session", "sessions"])
        .union(
            Portal.routes.compactMap { route in route.path.hasPrefix("api/v1/") ? route.path.split(separator: "/")[2] : nil }.map(
                String.init))

    private static func isWord(_ text: some StringProtocol) -> Bool {
        text.first != "-" && !text.isEmpty
            && text.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x2D || ($0 >= 0x30 && $0 <= 0x39) }
    }
}

/// A build without modules, to ask what the kernel brings by itself.
private enum NoHouse: House {
    static let modules: [any MissionModule.Type] = []
}

extension OpenEndpoint {
    /// `aci` of `aci/simulations`.
    var firstSegment: String { String(path.prefix { $0 != "/" }) }
}
