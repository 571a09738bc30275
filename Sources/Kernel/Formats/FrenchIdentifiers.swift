/// National numbers and telephones as people write them.
extension French {
    /// `123 456 789`.
    public static func siren(_ digits: String) -> String { groups(digits, [3, 3, 3]) }

    /// `123 456 789 00012`.
    public static func siret(_ digits: String) -> String { groups(digits, [3, 3, 3, 5]) }

    /// Groups of four: `FR76 3000 6000 …`.
    public static func iban(_ text: String) -> String { groups(text, Array(repeating: 4, count: (text.count + 3) / 4)) }

    /// `01 23 45 67 89` for a number of France and its overseas territories, groups of digits for another country.
    /// - Parameter international: the number as stored, `+33123456789`.
    public static func phone(_ international: String) -> String {
        for (code, _) in FrenchPhone.plans where international.hasPrefix("+" + code) {
            let rest = international.dropFirst(code.count + 1)
            if code == "33" || ["262", "590", "594", "596"].contains(code), rest.count == 9 {
                return groups("0" + rest, [2, 2, 2, 2, 2])
            }
            return "+\(code)\(space)" + groups(String(rest), Array(repeating: 2, count: (rest.count + 1) / 2))
        }
        return international
    }

    private static func groups(_ text: String, _ sizes: [Int]) -> String {
        guard text.count <= sizes.reduce(0, +) else { return text }
        var rest = Substring(text)
        var pieces: [Substring] = []
        for size in sizes where !rest.isEmpty {
            pieces.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return pieces.joined(separator: space)
    }
}

/// Telephone numbering of France and its overseas territories.
enum FrenchPhone {
    /// Country codes with the two- or three-digit beginnings (after the 0) that lead to them from a national number.
    static let plans: [(code: String, national: [String])] = [
        ("262", ["262", "263", "269", "639", "692", "693"]),
        ("590", ["590", "690", "691"]),
        ("594", ["594", "694"]),
        ("596", ["596", "696", "697"]),
        ("508", []), ("687", []), ("689", []), ("681", []),
        ("33", ["1", "2", "3", "4", "5", "6", "7", "8", "9"]),
    ]

    /// The international form of a national number of ten digits, nil for another shape.
    static func international(_ digits: String) -> String? {
        guard digits.count == 10, digits.hasPrefix("0") else { return nil }
        let rest = digits.dropFirst()
        for (code, beginnings) in plans where beginnings.contains(where: { rest.hasPrefix($0) }) {
            return "+\(code)\(rest)"
        }
        return nil
    }
}
