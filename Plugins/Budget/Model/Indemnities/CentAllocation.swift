import Kernel

/// Splits whole cents in proportion to weights, so that the shares add up to the total exactly.
///
/// Largest remainder: everybody gets the whole cents of the exact share; the cents left go one each to the largest remainders.
/// Equal remainders: the smaller key first (a person's identifier), so the result never depends on the order of the input.
enum CentAllocation {
    /// - Parameters:
    ///   - total: cents to split, 0 or more.
    ///   - weights: one per key, 0 or more; a weight of 0 gets nothing.
    /// - Returns: a share per key; all zero when no weight is positive.
    static func split<Key: Hashable & Comparable>(_ total: Int, by weights: [Key: Int128]) -> [Key: Int] {
        let positive = weights.filter { $0.value > 0 }
        let sum = positive.values.reduce(0, +)
        var shares = weights.mapValues { _ in 0 }
        guard total > 0, sum > 0 else { return shares }
        var left = total
        var remainders: [(key: Key, rest: Int128)] = []
        for (key, weight) in positive {
            let (whole, rest) = (Int128(total) * weight).quotientAndRemainder(dividingBy: sum)
            shares[key] = Int(whole)
            left -= Int(whole)
            remainders.append((key, rest))
        }
        remainders.sort { $0.rest == $1.rest ? $0.key < $1.key : $0.rest > $1.rest }
        // Fewer cents are left than there are remainders above zero.
        for (key, _) in remainders.prefix(left) { shares[key, default: 0] += 1 }
        return shares
    }

    /// The same with decimal weights, brought to one scale first.
    static func split<Key: Hashable & Comparable>(_ total: Int, by weights: [Key: ExactDecimal]) -> [Key: Int] {
        let scale = weights.values.map(\.scale).max() ?? 0
        return split(total, by: weights.mapValues { $0.rounded(scale: scale).coefficient })
    }
}
