"""From text to answers, steps and claims, and from mathematics to trees and canonical forms."""
