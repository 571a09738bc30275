public import Postgres

extension FrenchInput {
    /// Reads `1 234,5`, `1234.50`, `1.234,50`, `−3`. A single point before three digits has two meanings and is asked again.
    public static func number(_ text: String) throws(InputFault) -> ExactDecimal {
        let compact = tidy(text).filter { $0 != " " && $0 != "'" }
        guard !compact.isEmpty else { throw InputFault("Indiquez un nombre.") }
        let fault = InputFault("Ce nombre n’est pas compris. Écrivez-le ainsi : 1 234,5.")
        let isNegative = compact.hasPrefix("-")
        let body = isNegative || compact.hasPrefix("+") ? compact.dropFirst() : compact[...]
        let separators = body.filter { $0 == "," || $0 == "." }
        guard let mark = separators.last else {
            guard let value = decimal(body, "", isNegative) else { throw fault }
            return value
        }
        if separators.allSatisfy({ $0 == mark }), separators.count > 1 {
            // 1.234.567: the same mark twice can only separate thousands.
            guard let whole = withoutThousands(body, mark), let value = decimal(whole, "", isNegative) else { throw fault }
            return value
        }
        guard let cut = body.lastIndex(of: mark) else { throw fault }
        let fraction = body[body.index(after: cut)...]
        var whole = body[..<cut]
        if separators.count == 1, mark == ".", fraction.count == 3, (1...3).contains(whole.count), whole != "0" {
            throw InputFault("« \(text) » peut se lire de deux façons : écrivez \(whole)\(fraction) ou \(whole),\(fraction).")
        }
        if let other = separators.first, other != mark {
            guard let plain = withoutThousands(whole, other) else { throw fault }
            whole = plain[...]
        }
        guard let value = decimal(whole.isEmpty ? "0" : whole, fraction, isNegative), !fraction.isEmpty else { throw fault }
        return value
    }

    /// Reads a whole number: `1 234`.
    public static func integer(_ text: String) throws(InputFault) -> Int {
        let value = try number(text)
        guard let whole = value.wholeNumber else { throw InputFault("Indiquez un nombre entier, sans décimale.") }
        return whole
    }

    /// Reads an amount in euros: `1 234,50 €`, `1234.5`.
    /// - Returns: integer cents.
    public static func cents(_ text: String) throws(InputFault) -> Int {
        var plain = tidy(text)
        for unit in ["euros", "euro", "eur", "€"] where plain.hasSuffix(unit) {
            plain = String(plain.dropLast(unit.count))
            break
        }
        let value = try number(plain)
        guard let cents = (value * ExactDecimal(100)).wholeNumber else {
            throw InputFault("Un montant a au plus deux décimales, par exemple 1 234,50.")
        }
        guard cents.magnitude < 100_000_000_000_000 else { throw InputFault("Ce montant est trop grand.") }
        return cents
    }

    /// Reads a percentage: `12,5 %`, `12.5`.
    public static func percent(_ text: String) throws(InputFault) -> ExactDecimal {
        let plain = tidy(text)
        return try number(plain.hasSuffix("%") ? String(plain.dropLast()) : plain)
    }

    /// Reads a telephone number of France, its overseas territories or, with `+`, of another country.
    /// - Returns: the international form, `+33123456789`.
    public static func phone(_ text: String) throws(InputFault) -> String {
        var compact = tidy(text).filter { !" .-/()".contains($0) }
        if compact.hasPrefix("00") { compact = "+" + compact.dropFirst(2) }
        if compact.hasPrefix("+") {
            var number = compact.dropFirst()
            // +33 (0)1 23…: the national 0 is often kept by mistake.
            for (code, _) in FrenchPhone.plans where number.hasPrefix(code + "0") { number = code[...] + number.dropFirst(code.count + 1) }
            guard (8...15).contains(number.count), number.utf8.allSatisfy({ (48...57).contains($0) }) else {
                throw InputFault("Ce numéro de téléphone n’est pas compris. Exemple : 01 23 45 67 89 ou +33 1 23 45 67 89.")
            }
            return "+" + number
        }
        guard compact.utf8.allSatisfy({ (48...57).contains($0) }), let international = FrenchPhone.international(compact) else {
            throw InputFault("Un numéro de téléphone a dix chiffres et commence par 0, par exemple 01 23 45 67 89.")
        }
        return international
    }

    private static func decimal(_ whole: some StringProtocol, _ fraction: some StringProtocol, _ isNegative: Bool) -> ExactDecimal? {
        guard !whole.isEmpty, whole.utf8.allSatisfy({ (48...57).contains($0) }), fraction.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return ExactDecimal((isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction))
    }

    /// The digits when each group after the first has three of them.
    private static func withoutThousands(_ text: Substring, _ mark: Character) -> String? {
        let groups = text.split(separator: mark, omittingEmptySubsequences: false)
        guard let first = groups.first, (1...3).contains(first.count), groups.dropFirst().allSatisfy({ $0.count == 3 }) else { return nil }
        return groups.joined()
    }
}
