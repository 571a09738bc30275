public import HTML

extension HTMLWriter {
    /// A person: initials in a circle, name, profession.
    /// - Parameter isAway: drawn without colour, for someone invited and not here.
    public func person(name: String, role: String? = nil, isAway: Bool = false) {
        span(.class(isAway ? "person person--away" : "person")) {
            span(.class("person__initials"), .aria(.hidden, true), text: Initials.of(name))
            span(.class("person__name"), text: name)
            if let role, !role.isEmpty {
                text(" ")
                span(.class("person__role"), text: role)
            }
        }
    }
}

/// The letters that stand for a person.
enum Initials {
    /// The first letters of the first and last words of a name, without title or particle: « Dr Anne de La Tour » gives « AT ».
    static func of(_ name: String) -> String {
        let ignored: Set<String> = ["dr", "dr.", "pr", "pr.", "m.", "mme", "de", "du", "des", "la", "le", "les", "d’", "d'"]
        let words = name.split(whereSeparator: { $0 == " " || $0 == "\u{A0}" }).filter { !ignored.contains($0.lowercased()) }
        guard let first = words.first?.first(where: \.isLetter) else { return "?" }
        guard words.count > 1, let last = words.last?.first(where: \.isLetter) else { return String(first).uppercased() }
        return (String(first) + String(last)).uppercased()
    }
}
